<?php
// Stands in for "php artisan mongodb:ping": reads config/database.php and routes/console.php as Laravel does, and makes the
// client as mongodb/laravel-mongodb does (src/Connection.php): dsn and options go to MongoDB\Client as they are.

namespace {
    require 'vendor/autoload.php';

    function env(string $name, mixed $default = null): mixed
    {
        $value = getenv($name);

        return $value === false ? $default : $value;
    }
}

namespace Illuminate\Support\Facades {
    class DB
    {
        public static array $connections;

        public static function connection(string $name): object
        {
            $config = self::$connections[$name];
            if ($config['driver'] !== 'mongodb' || ! is_string($config['database']) || $config['database'] === '') {
                throw new \InvalidArgumentException('no driver or no database');
            }

            return new class ($config) {
                public function __construct(private array $config)
                {
                }

                public function getMongoClient(): \MongoDB\Client
                {
                    return new \MongoDB\Client($this->config['dsn'], $this->config['options'] ?? []);
                }
            };
        }
    }

    class Artisan
    {
        public static array $commands = [];

        public static function command(string $name, \Closure $run): void
        {
            self::$commands[$name] = $run;
        }
    }
}

namespace {
    use Illuminate\Support\Facades\Artisan;
    use Illuminate\Support\Facades\DB;

    $config = require 'config/database.php';
    DB::$connections = $config['connections'];
    if (! isset(DB::$connections[$config['default']])) {
        throw new InvalidArgumentException('the default connection is not among the connections');
    }
    require 'routes/console.php';
    Artisan::$commands['mongodb:ping']->call(new class () {
        public function info(string $text): void
        {
            echo $text, "\n";
        }
    });
}
