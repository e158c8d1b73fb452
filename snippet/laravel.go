package snippet

var laravel = Target{
	ID: "laravel", Label: "Laravel MongoDB", Language: "php", Group: "PHP",
	Styles:   []Style{Constructor, URI},
	Versions: []string{"4.x-5.x"},
	from:     []string{"4.0"},
	File:     CombinedPEM,
	Docs:     "https://www.mongodb.com/docs/drivers/php/laravel-mongodb/current/fundamentals/connection/connection-options/",
	Since:    "4.0",
	saveAs:   "config/database.php", language: &phpLanguage, render: renderLaravel,
}

func renderLaravel(w *writer, r *request) {
	password := "env('" + r.PasswordEnv + "') ?: throw new RuntimeException('" + r.PasswordEnv + " is not set')"
	// Without a name the package takes the text behind the last slash of the string for one (src/Connection.php).
	database := piece{Yours, r.Deployment.Database}
	if database.text == "" {
		database = piece{Fill, "app"}
	}
	w.code("<?php\n// composer require mongodb/laravel-mongodb\n\nreturn [\n    'default' => 'mongodb',\n    'connections' => [\n")
	w.begin()
	w.code("        'mongodb' => [\n            'driver' => 'mongodb',\n            'dsn' => ")
	if r.Style == URI {
		phpURI(w, r, "\n                . rawurlencode("+password+")")
	} else {
		w.literal(r.seeds()...)
	}
	w.code(",\n            'database' => ")
	w.literal(database)
	w.code(",\n")
	if r.Style == Constructor {
		w.code("            'options' => [\n")
		phpOptions(w, r, "                ", password)
		w.code("            ],\n")
	}
	w.code("        ],\n")
	w.end()
	w.code("    ],\n];\n")
	w.other("routes/console.php", &phpLanguage, func(w *writer) {
		w.code(`<?php
// php artisan mongodb:ping

use Illuminate\Support\Facades\Artisan;
use Illuminate\Support\Facades\DB;

Artisan::command('mongodb:ping', function () {
    $admin = DB::connection('mongodb')->getMongoClient()->selectDatabase('admin');
    $admin->command(['ping' => 1]);
    $status = $admin->command(['connectionStatus' => 1])->toArray()[0];
    $this->info(json_encode($status['authInfo']['authenticatedUsers']));
});
`)
	})
	w.note("Give the connection no 'username' and no 'password' beside these: a password, such as an inherited DB_PASSWORD, is refused.")
	if r.PasswordFrom == PasswordEnv {
		w.note("In .env put the password between single quotes. php artisan config:cache writes it into bootstrap/cache/config.php.")
	}
	phpNotes(w, r)
}
