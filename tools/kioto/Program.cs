return Kioto.Tool.CommandLine.Run(args);
