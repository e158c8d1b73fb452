# What Ruby had until 3.0, for the driver of 2018.
require 'uri'

def URI.decode(text)
  URI::DEFAULT_PARSER.unescape(text)
end
