#pragma once
#include <mongocxx/names.hpp>
