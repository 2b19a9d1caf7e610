// Makes the sources that Debian packages be found by their versioned names, in GOPATH mode.
module pion

go 1.19
