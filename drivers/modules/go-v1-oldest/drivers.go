// Package drivers holds the requirements of this module: the programs of the tests are built with them.
package drivers

import (
	_ "go.mongodb.org/mongo-driver/bson"
	_ "go.mongodb.org/mongo-driver/mongo"
	_ "go.mongodb.org/mongo-driver/mongo/options"
)
