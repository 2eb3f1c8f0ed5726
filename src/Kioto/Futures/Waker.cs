using System;
using System.Diagnostics.CodeAnalysis;

namespace Kioto;

/// <summary>Asks whoever polled a future to poll it again. One object reference; free to copy.</summary>
/// <remarks>As <c>std::task::Waker</c>: waking twice, late, or after the task has completed does nothing.</remarks>
public readonly struct Waker : IEquatable<Waker>
{
    private readonly WakeTarget? _target;

    internal Waker(WakeTarget target) => _target = target;

    /// <summary>A waker that does nothing.</summary>
    public static Waker Noop => default;

    internal WakeTarget? Target => _target;

    /// <summary>Makes a waker of a callback, for tests and for bridges to other systems.</summary>
    /// <param name="callback">Called on the waking thread, each time. It must not block; what it throws is reported as a failure that nobody waits for.</param>
    /// <returns>The waker.</returns>
    public static Waker Create(Action callback)
    {
        ArgumentNullException.ThrowIfNull(callback);
        return new Waker(new CallbackTarget(callback));
    }

    /// <summary>Asks for another poll. May be called from any thread.</summary>
    public void Wake() => _target?.Wake();

    /// <summary>Whether both wakers wake the same thing, so that replacing one by the other is pointless.</summary>
    /// <param name="other">The other waker.</param>
    /// <returns>True if they wake the same target.</returns>
    public bool WillWake(Waker other) => ReferenceEquals(_target, other._target);

    /// <inheritdoc/>
    public bool Equals(Waker other) => WillWake(other);

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is Waker other && WillWake(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _target?.GetHashCode() ?? 0;

    /// <summary>Whether both wakers wake the same thing.</summary>
    /// <param name="left">One waker.</param>
    /// <param name="right">The other.</param>
    /// <returns>True if they wake the same target.</returns>
    public static bool operator ==(Waker left, Waker right) => left.WillWake(right);

    /// <summary>Whether the wakers wake different things.</summary>
    /// <param name="left">One waker.</param>
    /// <param name="right">The other.</param>
    /// <returns>True if they wake different targets.</returns>
    public static bool operator !=(Waker left, Waker right) => !left.WillWake(right);

    private sealed class CallbackTarget(Action callback) : WakeTarget
    {
        internal override void Wake()
        {
            try
            {
                callback();
            }
            catch (Exception exception)
            {
                // Thrown on, it would end a wake-up of many, or an operation of somebody else, in the middle.
                LostFailure.Report(exception, default, Ambient.Current); // Not of the task that wakes.
            }
        }
    }
}
