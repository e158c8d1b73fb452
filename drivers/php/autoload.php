<?php
// Stands in for what Composer loads. mongodb/mongodb hands the constructor's arguments to MongoDB\Driver\Manager as they
// are, and a command's reply is an array to whoever asks with brackets; so it is here.

namespace MongoDB;

class Client
{
    private Driver\Manager $manager;

    public function __construct(string $uri = 'mongodb://127.0.0.1/', array $uriOptions = [], array $driverOptions = [])
    {
        $this->manager = new Driver\Manager($uri, $uriOptions, $driverOptions);
    }

    public function selectDatabase(string $name): Database
    {
        return new Database($this->manager, $name);
    }
}

class Database
{
    public function __construct(private Driver\Manager $manager, private string $name)
    {
    }

    public function command(array $command): Driver\Cursor
    {
        $cursor = $this->manager->executeCommand($this->name, new Driver\Command($command));
        $cursor->setTypeMap(['root' => 'array', 'document' => 'array', 'array' => 'array']);

        return $cursor;
    }
}
