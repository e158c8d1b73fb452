// The names of mongocxx that a snippet uses, for Debian's libmongocxx-dev, which has the headers of the v1 classes only. The
// classes are the library's.
#pragma once

#include <mongocxx/v1/client.hpp>
#include <mongocxx/v1/database.hpp>
#include <mongocxx/v1/instance.hpp>
#include <mongocxx/v1/tls.hpp>
#include <mongocxx/v1/uri.hpp>

namespace mongocxx {

using v1::client;
using v1::instance;
using v1::uri;

namespace options {
using client = v1::client::options;
using v1::tls;
}

}
