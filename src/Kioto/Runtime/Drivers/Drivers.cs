using System;
using System.Runtime.InteropServices;

namespace Kioto;

/// <summary>Chooses the driver of a new runtime.</summary>
internal static class Drivers
{
    /// <summary>Whether this platform's driver has sockets.</summary>
    internal static bool HasSockets =>
        OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64;

    /// <summary>Makes a driver.</summary>
    /// <param name="maxEvents">How many events one look takes at most.</param>
    /// <param name="scheduler">Whose driver it is.</param>
    /// <returns>The driver.</returns>
    internal static Driver Create(int maxEvents, RuntimeScheduler scheduler) =>
        HasSockets ? new EpollDriver(maxEvents, scheduler) : new ThreadDriver();
}
