// The names of bsoncxx that a snippet uses, for Debian's libbsoncxx-dev, which has the headers of the v1 classes only. JSON,
// which those have not, is read and written by libbson as the library itself does.
#pragma once

#include <bson/bson.h>

#include <cstring>
#include <stdexcept>
#include <string>

#include <bsoncxx/v1/document/value.hpp>
#include <bsoncxx/v1/document/view.hpp>

namespace bsoncxx {

inline v1::document::value from_json(const std::string& json) {
    bson_error_t error;
    bson_t* parsed = bson_new_from_json(reinterpret_cast<const uint8_t*>(json.data()), static_cast<ssize_t>(json.size()), &error);
    if (!parsed) {
        throw std::runtime_error(error.message);
    }
    v1::document::value value{v1::document::view{bson_get_data(parsed), parsed->len}};
    bson_destroy(parsed);
    return value;
}

inline std::string to_json(v1::document::view document) {
    bson_t raw;
    if (!bson_init_static(&raw, document.data(), document.length())) {
        throw std::runtime_error("not BSON");
    }
    char* json = bson_as_relaxed_extended_json(&raw, nullptr);
    std::string text{json};
    bson_free(json);
    return text;
}

}
