using System;
using System.Runtime.CompilerServices;
using System.Threading;

namespace Kioto;

/// <summary>The synchronization context of a thread, read from its field: see docs/decisions/0006.</summary>
/// <remarks>Asking for the current thread's is a call into the loader on Linux, twice a poll.</remarks>
internal static class ThreadContext
{
    // Whether the thread's field can be read.
    private static readonly bool s_direct = ProbeField();

    /// <summary>The current one, or null.</summary>
    /// <param name="ambient">The current thread's context.</param>
    /// <returns>As <see cref="SynchronizationContext.Current"/>.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // every poll
    internal static SynchronizationContext? Of(Ambient ambient) =>
        s_direct ? Field(ambient.Thread) : SynchronizationContext.Current;

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_synchronizationContext")]
    private static extern ref SynchronizationContext? Field(Thread thread);

    private static bool ProbeField()
    {
        try
        {
            return FieldShowsTheContext();
        }
        catch (MissingFieldException)
        {
            return false;
        }
    }

    // What was set, and null after null was: else it is not what it was.
    private static bool FieldShowsTheContext()
    {
        bool shows = false;
        Thread thread = new(() =>
        {
            shows = Field(Thread.CurrentThread) is null;
            SynchronizationContext context = new();
            SynchronizationContext.SetSynchronizationContext(context);
            shows &= ReferenceEquals(Field(Thread.CurrentThread), context);
            SynchronizationContext.SetSynchronizationContext(null);
            shows &= Field(Thread.CurrentThread) is null;
        })
        { IsBackground = true };
        thread.UnsafeStart();
        thread.Join();
        return shows;
    }
}
