using System;
using System.Runtime.InteropServices;

namespace Kioto;

/// <summary>Chooses the driver of a new runtime.</summary>
internal static class Drivers
{
    internal static Driver Create() =>
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64
            ? new EpollDriver()
            : new ThreadDriver();
}
