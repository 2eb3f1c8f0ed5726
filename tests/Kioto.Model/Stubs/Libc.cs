using System;

namespace Kioto;

/// <summary>Descriptors that know whether they are open.</summary>
internal static class Libc
{
    /// <summary>What happens when a descriptor is closed. Set by the model.</summary>
    internal static Action<int> OnClose { get; set; } = _ => { };

    internal static int Close(int fd)
    {
        OnClose(fd);
        return 0;
    }
}
