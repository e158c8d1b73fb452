package snippet

// quoteEnv writes values of a .env file between single quotes. npm's dotenv, python-dotenv, Docker Compose and a shell read
// what stands between them as it is; the line then holds in all of them. None agrees with the others on a quote or a
// newline inside: here it is the shell's way. Connection strings have neither.
var quoteEnv = quoter{open: `'`, close: `'`, escape: quoteShell.escape}

// quoteEnvFile writes values for docker run --env-file and kubectl create --from-env-file, which take the rest of the line,
// quotes included.
var quoteEnvFile = quoteText
