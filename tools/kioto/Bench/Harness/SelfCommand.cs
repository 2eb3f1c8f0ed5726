using System;
using System.IO;

namespace Kioto.Tool.Bench;

/// <summary>Starts this very executable again.</summary>
internal static class SelfCommand
{
    private static readonly string s_self = Environment.ProcessPath!;

    // Started by "dotnet Kioto.Tool.dll" we are the host's process, by "dotnet run" the executable's own.
    private static readonly bool s_isHost = Path.GetFileNameWithoutExtension(s_self) == "dotnet";

    /// <summary>The command to add arguments to.</summary>
    public static ChildCommand Create()
    {
        string assembly = Path.Combine(AppContext.BaseDirectory, "Kioto.Tool.dll");
        bool isOurs = Path.GetFileName(s_self) is "Kioto.Tool" or "Kioto.Tool.exe";
        return isOurs ? new ChildCommand(s_self, []) : OfAssembly(assembly);
    }

    /// <summary>Runs a build of the tool: on the host that runs us, or on the one that the path finds.</summary>
    public static ChildCommand OfAssembly(string assembly) => new(s_isHost ? s_self : "dotnet", [assembly]);
}
