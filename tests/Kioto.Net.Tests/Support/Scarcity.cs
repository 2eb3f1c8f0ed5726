using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;

namespace Kioto.Net.Tests;

/// <summary>While alive, the process can open no further descriptor.</summary>
internal sealed class Scarcity : IDisposable
{
    private const int NoFile = 7;

    private readonly Limit _before;
    private readonly List<int> _fillers = [];

    private Scarcity(Limit before) => _before = before;

    public void Dispose()
    {
        _ = setrlimit(NoFile, in _before);
        _fillers.ForEach(fd => _ = Libc.Close(fd));
    }

    internal static Scarcity Begin()
    {
        if (getrlimit(NoFile, out Limit before) < 0)
        {
            throw new InvalidOperationException("getrlimit");
        }

        Scarcity scarcity = new(before);

        // The limit is on the number: the holes below it must be filled.
        int first = Libc.EventFd(0, Libc.EventFdFlags);
        scarcity._fillers.Add(first);
        Limit low = new() { Soft = (nuint)first + 64, Hard = before.Hard };
        _ = setrlimit(NoFile, in low);
        for (int fd = Libc.EventFd(0, Libc.EventFdFlags); fd >= 0; fd = Libc.EventFd(0, Libc.EventFdFlags))
        {
            scarcity._fillers.Add(fd);
        }

        return scarcity;
    }

    [DllImport("libc")]
    private static extern int getrlimit(int resource, out Limit limit);

    [DllImport("libc")]
    private static extern int setrlimit(int resource, in Limit limit);

    private struct Limit
    {
        internal nuint Soft;
        internal nuint Hard;
    }
}
