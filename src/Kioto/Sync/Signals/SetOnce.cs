using System;
using System.Diagnostics.CodeAnalysis;
using System.Threading;

namespace Kioto.Sync;

/// <summary>A value that is set once, and that any number of tasks can wait for.</summary>
/// <remarks>As Tokio's <c>SetOnce</c>.</remarks>
/// <typeparam name="T">The type of the value.</typeparam>
public sealed class SetOnce<T> : IPrimitive
{
    private const int Unset = 0;
    private const int Setting = 1;
    private const int Set = 2;

    private readonly WaitQueue _waiters = new("set_once.wait");

    // INVARIANT: written by who moved the state to Setting, before Set; read after Set.
    private T _value = default!;
    private int _state;

    /// <summary>Whether there is a value.</summary>
    public bool IsSet => Volatile.Read(ref _state) == Set; // ORDERING: acquire, pairs with TrySet.

    /// <summary>Sets the value and wakes all who wait.</summary>
    /// <param name="value">The value.</param>
    /// <returns>False when it was set already: then it can be had.</returns>
    public bool TrySet(T value)
    {
        // ORDERING: one of those who try wins.
        if (Interlocked.CompareExchange(ref _state, Setting, Unset) != Unset)
        {
            SpinWait spin = default;
            while (!IsSet)
            {
                spin.SpinOnce(); // The winner is between two stores.
            }

            return false;
        }

        _value = value;
        Volatile.Write(ref _state, Set); // ORDERING: release of the value.
        _waiters.WakeAll();
        return true;
    }

    /// <summary>Gets the value if there is one.</summary>
    /// <param name="value">The value.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryGet([MaybeNullWhen(false)] out T value)
    {
        bool set = IsSet;
        value = set ? _value : default;
        return set;
    }

    /// <summary>Waits until the value has been set. Cancel safe.</summary>
    /// <returns>The value.</returns>
    [CancelSafe]
    public Future<T> WaitAsync() => Wait.For<WaitOperation, T>(new WaitOperation(this));

    /// <summary>Blocks the thread until the value has been set. For threads that poll no futures.</summary>
    /// <returns>The value.</returns>
    /// <exception cref="InvalidOperationException">The thread is polling futures.</exception>
    public T WaitForValue() => BlockingWait.For(WaitAsync(), "SetOnce.WaitForValue", "WaitAsync");

    void IPrimitive.Describe(PrimitiveDescription into)
    {
        into.Set(typeof(SetOnce<T>), IsSet ? "set" : "not set");
        _waiters.Describe(into, "wait");
    }

    private readonly struct WaitOperation(SetOnce<T> cell) : IWaitOperation<T>
    {
        public bool Poll(Waiter waiter, WakeTarget target, out T result)
        {
            if (!cell.IsSet)
            {
                cell._waiters.Wait(waiter, target);
                if (!cell.IsSet)
                {
                    result = default!;
                    return false;
                }
            }

            cell._waiters.Leave(waiter);
            result = cell._value;
            return true;
        }

        public void Withdraw(Waiter waiter) => cell._waiters.Leave(waiter);

        public void Describe(LeafDescription into) => into.Set(typeof(SetOnce<T>), "WaitAsync", cell);
    }
}
