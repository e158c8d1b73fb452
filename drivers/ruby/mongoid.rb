# Stands in for Mongoid: reads the file as lib/mongoid/config/environment.rb does, and gives a client's options to the
# driver as lib/mongoid/clients/factory.rb does.
require 'erb'
require 'json'
require 'yaml'
require 'mongo'

module Mongoid
  def self.load!(path, environment)
    text = ERB.new(File.read(path, encoding: 'UTF-8')).result
    settings = YAML.safe_load(text, permitted_classes: [Symbol], aliases: true)
    @default = settings.fetch(environment.to_s).fetch('clients').fetch('default')
    unknown = @default.keys - %w[uri database hosts options]
    raise "unknown settings: #{unknown}" unless unknown.empty?
  end

  def self.default_client
    options = (@default['options'] || {}).transform_keys(&:to_sym).merge(database: @default.fetch('database'))
    Mongo::Client.new(@default.fetch('uri'), options)
  end
end
