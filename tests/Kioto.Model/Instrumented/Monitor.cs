using System;
using System.Runtime.CompilerServices;
using ModelChecking;

namespace Kioto;

/// <summary>
/// Takes the place of <see cref="System.Threading.Monitor"/> where a source calls it by name; the lock statement does
/// not come here. Waiting on a condition is what the futex is for.
/// </summary>
internal static class Monitor
{
    private static readonly ConditionalWeakTable<object, ModelLock> s_locks = [];

    public static void Enter(object obj)
    {
        if (ModelThread.Current is { } thread)
        {
            thread.Execution.TryLock(thread, s_locks.GetOrCreateValue(obj), wait: true);
        }
    }

    public static void Exit(object obj)
    {
        if (ModelThread.Current is { } thread)
        {
            thread.Execution.Unlock(thread, s_locks.GetOrCreateValue(obj));
        }
    }

    public static void Wait(object obj, int millisecondsTimeout) => throw new NotSupportedException();

    public static void Pulse(object obj) => throw new NotSupportedException();
}
