using System;
using System.Runtime.CompilerServices;
using System.Threading;

namespace Kioto;

/// <summary>Lets ExecutionContext (AsyncLocal, Activity.Current) flow through frames as it flows through Tasks.</summary>
/// <remarks>A frame stores and restores a context only when it isn't the default one: that costs a compare.</remarks>
internal static class ContextFlow
{
    private static readonly ExecutionContext s_default = FindDefault();

    /// <summary>Never started, so always in the default context: what a thread looks at when no context is to flow.</summary>
    internal static readonly Thread NoThread = new(static () => { });

    /// <summary>The default context, as <see cref="ExecutionContext.Capture"/> gives it.</summary>
    internal static ExecutionContext Default => s_default;

    // Whether the thread's field can be read: see docs/decisions/0006.
    private static readonly bool s_direct = ProbeField();

    /// <summary>Whether the thread is in the default context: then there is nothing to store or to restore.</summary>
    /// <param name="ambient">The current thread's context.</param>
    /// <returns>True in the default context, with its flow not suppressed; and where no context is to flow.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // every first poll, suspension and resumption
    internal static bool IsDefault(Ambient ambient) => s_direct
        ? Field(ambient.FlowThread) is null
        : ambient.FlowIsOff || ReferenceEquals(ExecutionContext.Capture(), s_default);

    /// <inheritdoc cref="Save()"/>
    /// <param name="ambient">The current thread's context.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // every suspension
    internal static ExecutionContext? Save(Ambient ambient) => IsDefault(ambient) ? null : Save();

    /// <inheritdoc cref="Enter(ExecutionContext)"/>
    /// <param name="saved">What <see cref="Save()"/> gave; null is the default context.</param>
    /// <param name="ambient">The current thread's context.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // every resumption
    internal static void Enter(ExecutionContext? saved, Ambient ambient)
    {
        if (saved is not null || !IsDefault(ambient))
        {
            Enter(saved);
        }
    }

    /// <summary>Where no context flows: drops what the polled task has set, before anybody else runs.</summary>
    /// <param name="ambient">The current thread's context.</param>
    internal static void Clear(Ambient ambient)
    {
        if (!s_direct || Field(ambient.Thread) is not null)
        {
            Enter(null);
        }
    }

    /// <summary>The context to remember at a suspension or a spawn; null for the default, and when flow is suppressed.</summary>
    /// <returns>A context that differs from the default one, or null.</returns>
    internal static ExecutionContext? Save()
    {
        ExecutionContext? current = ExecutionContext.Capture();
        return ReferenceEquals(current, s_default) ? null : current;
    }

    /// <summary>Makes a remembered context current.</summary>
    /// <param name="saved">What <see cref="Save()"/> gave; null is the default context.</param>
    internal static void Enter(ExecutionContext? saved)
    {
        ExecutionContext? current = ExecutionContext.Capture();
        saved ??= s_default;
        if (!ReferenceEquals(current, saved))
        {
            ExecutionContext.Restore(saved);
        }
    }

    /// <summary>The whole context, even while its flow is suppressed: to come back to it on the same thread.</summary>
    /// <param name="suppressed">Whether the flow is suppressed.</param>
    /// <returns>The context.</returns>
    internal static ExecutionContext Remember(out bool suppressed)
    {
        ExecutionContext? current = ExecutionContext.Capture();
        suppressed = current is null;
        return current ?? RememberSuppressed();
    }

    /// <summary>Comes back to a remembered context.</summary>
    /// <param name="context">What <see cref="Remember"/> gave.</param>
    /// <param name="suppressed">Whether its flow was suppressed.</param>
    internal static void ComeBack(ExecutionContext context, bool suppressed)
    {
        Enter(context);
        if (suppressed)
        {
            ExecutionContext.SuppressFlow();
        }
    }

    private static ExecutionContext RememberSuppressed()
    {
        // Capture gives nothing while the flow is suppressed, and nothing else gives the values.
        ExecutionContext.RestoreFlow();
        ExecutionContext current = ExecutionContext.Capture()!;
        ExecutionContext.SuppressFlow();
        return current;
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_executionContext")]
    private static extern ref ExecutionContext? Field(Thread thread);

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

    // Null in the default context, and not with a value or with the flow suppressed: else it is not what it was.
    private static bool FieldShowsTheContext()
    {
        bool shows = false;
        ExecutionContext plain = s_default; // The other thread must not wait for this class to be initialized.
        Thread thread = new(() =>
        {
            shows = Field(Thread.CurrentThread) is null;
            new AsyncLocal<int>().Value = 1;
            shows &= Field(Thread.CurrentThread) is not null;
            ExecutionContext.Restore(plain);
            shows &= Field(Thread.CurrentThread) is null;
            ExecutionContext.SuppressFlow();
            shows &= Field(Thread.CurrentThread) is not null;
        })
        { IsBackground = true };
        thread.UnsafeStart();
        thread.Join();
        return shows;
    }

    // A new thread that is started without flow is the one place sure to have the default context.
    private static ExecutionContext FindDefault()
    {
        ExecutionContext? found = null;
        Thread thread = new(() => found = ExecutionContext.Capture()) { IsBackground = true };
        thread.UnsafeStart();
        thread.Join();
        return found!;
    }
}
