//! Empty: the tests take the dependencies.
