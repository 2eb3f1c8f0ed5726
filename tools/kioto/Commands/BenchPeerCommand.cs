using System;
using System.CommandLine;
using Kioto.Tool.Bench;

namespace Kioto.Tool.Commands;

/// <summary><c>kioto bench-peer kioto|dotnet</c>: what <c>kioto bench</c> starts and speaks to.</summary>
internal static class BenchPeerCommand
{
    public static Command Create()
    {
        Argument<string> suite = new Argument<string>("suite").AcceptOnlyFromAmong("kioto", "dotnet");
        Command command = new("bench-peer", "Answers lines of the bench protocol.") { suite };
        command.Hidden = true;
        command.SetAction(result =>
        {
            IBenchSuite benches = result.GetRequiredValue(suite) == "kioto" ? new KiotoSuite() : new DotnetSuite();
            PeerLoop.Run(benches, Console.In, Console.Out);
        });
        return command;
    }
}
