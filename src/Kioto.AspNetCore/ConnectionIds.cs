using System;
using System.Threading;

namespace Kioto.AspNetCore;

/// <summary>Short names for connections, as Kestrel's: 13 characters that sort by time.</summary>
internal static class ConnectionIds
{
    private const string Digits = "0123456789ABCDEFGHIJKLMNOPQRSTUV";

    // A start that differs from run to run: ids meet in logs of several runs.
    private static long s_last = DateTime.UtcNow.Ticks;

    internal static string Next() => string.Create(13, Interlocked.Increment(ref s_last), static (name, id) =>
    {
        for (int i = name.Length - 1; i >= 0; i--)
        {
            name[i] = Digits[(int)(id & 31)];
            id >>= 5;
        }
    });
}
