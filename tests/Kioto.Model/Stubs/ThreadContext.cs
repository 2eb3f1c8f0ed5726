using System.Threading;

namespace Kioto;

/// <summary>Threads of the model have no synchronization context.</summary>
internal static class ThreadContext
{
    internal static SynchronizationContext? Of(Ambient ambient) => null;
}
