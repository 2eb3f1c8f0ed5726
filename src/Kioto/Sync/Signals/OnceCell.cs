using System;
using System.Diagnostics.CodeAnalysis;
using System.Threading;

namespace Kioto.Sync;

/// <summary>A value that is made once, by an operation that may wait; others wait for it meanwhile.</summary>
/// <remarks>
/// If the operation fails or is cancelled, the next one who asks tries again. Asking for the value from inside the
/// operation that makes it waits for ever, and a dump reports it as a deadlock. As Tokio's <c>OnceCell</c>.
/// </remarks>
/// <typeparam name="T">The type of the value.</typeparam>
public sealed class OnceCell<T> : IPrimitive
{
    // Held by who makes, sets or takes the value.
    private readonly PermitQueue _maker;

    // What its user knows it as, and how he asks for the value.
    private readonly Type _kind;
    private readonly string _asks;

    // Who makes the value, for dumps. INVARIANT: written by the holder of the permit.
    private WakeTarget? _owner;

    // INVARIANT: written by the holder of the permit, before the flag.
    private T _value = default!;
    private bool _isSet;

    /// <summary>Makes an empty cell.</summary>
    public OnceCell()
        : this(typeof(OnceCell<T>), nameof(GetOrInitAsync), "once_cell.get")
    {
    }

    /// <summary>Makes a cell that has its value.</summary>
    /// <param name="value">The value.</param>
    public OnceCell(T value)
        : this()
    {
        _value = value;
        _isSet = true;
    }

    private OnceCell(Type kind, string asks, string operation)
    {
        _maker = new PermitQueue(operation, 1, 1);
        _kind = kind;
        _asks = asks;
    }

    /// <summary>Whether there is a value.</summary>
    public bool IsSet => Volatile.Read(ref _isSet); // ORDERING: acquire, pairs with Store.

    /// <summary>Gets the value if there is one.</summary>
    /// <param name="value">The value.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryGet([MaybeNullWhen(false)] out T value)
    {
        bool set = IsSet;
        value = set ? _value : default;
        return set;
    }

    /// <summary>Makes an empty cell that is all of something else, and is called so in dumps and figures.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="asks">The method that asks for the value.</param>
    /// <param name="operation">What waits, for the meter.</param>
    /// <returns>The cell.</returns>
    internal static OnceCell<T> Of(Type kind, string asks, string operation) => new(kind, asks, operation);

    /// <summary>Sets the value, unless there is one or somebody is making it.</summary>
    /// <param name="value">The value.</param>
    /// <returns>Whether it was set.</returns>
    public bool TrySet(T value)
    {
        if (IsSet || _maker.TryAcquire(1) != AcquireOutcome.Acquired)
        {
            return false;
        }

        bool first = !IsSet;
        if (first)
        {
            Store(value);
        }

        _maker.Release(1);
        return first;
    }

    /// <summary>Takes the value out: the cell is empty again. Not while others use the cell.</summary>
    /// <param name="value">The value.</param>
    /// <returns>False when there was none, or somebody is making it.</returns>
    public bool TryTake([MaybeNullWhen(false)] out T value)
    {
        value = default;
        if (!IsSet || _maker.TryAcquire(1) != AcquireOutcome.Acquired)
        {
            return false;
        }

        bool set = IsSet;
        if (set)
        {
            value = _value;
            Volatile.Write(ref _isSet, false); // ORDERING: the caller alone uses the cell.
            _value = default!;
        }

        _maker.Release(1);
        return set;
    }

    /// <summary>Gets the value; makes it if there is none and nobody else is making it.</summary>
    /// <remarks>
    /// Cancel safety: cancelling cancels the operation if it is this caller's; then the next caller's runs. The value is
    /// never lost or made twice.
    /// </remarks>
    /// <param name="make">Makes the value. What it throws is thrown here, and the cell stays empty.</param>
    /// <returns>The value.</returns>
    [CancelSafe]
    public Future<T> GetOrInitAsync(Func<Future<T>> make)
    {
        ArgumentNullException.ThrowIfNull(make);
        return IsSet ? Future.FromResult(_value) : MakeAsync(make);
    }

    /// <summary>Blocks the thread until there is a value; makes it if nobody else is making it. For threads that poll no futures.</summary>
    /// <remarks>
    /// The operation runs on this thread, which polls it while it blocks. Outside a runtime it finds none: what needs one
    /// it spawns by a handle.
    /// </remarks>
    /// <param name="make">As of <see cref="GetOrInitAsync"/>.</param>
    /// <returns>The value.</returns>
    /// <exception cref="InvalidOperationException">The thread is polling futures.</exception>
    public T GetOrInit(Func<Future<T>> make)
    {
        ArgumentNullException.ThrowIfNull(make);
        return GetOrInit(make, "OnceCell.GetOrInit");
    }

    /// <summary>The same, by another name.</summary>
    /// <param name="make">Makes the value.</param>
    /// <param name="blocking">The blocking method.</param>
    /// <returns>The value.</returns>
    internal T GetOrInit(Func<Future<T>> make, string blocking) =>
        BlockingWait.For(IsSet ? Wait.For<ValueOperation, T>(new ValueOperation(this)) : MakeAsync(make), blocking, _asks);

    void IPrimitive.Describe(PrimitiveDescription into)
    {
        _maker.Describe(into, "get");
        into.AddHolder(Volatile.Read(ref _owner), "make"); // ORDERING: a hint; see LeafDescription.
        into.Set(_kind, IsSet ? "set" : into.Available == 0 ? "being made" : "empty");
        into.Total = 1;
    }

    // Without cleanup: a wait that is cancelled is dropped with this frame, and nothing is thrown in it.
    private async Future<T> MakeAsync(Func<Future<T>> make)
    {
        await Wait.For(new MakerOperation(this));
        return await MakeHeldAsync(make);
    }

    private async Future<T> MakeHeldAsync(Func<Future<T>> make)
    {
        try
        {
            if (!IsSet)
            {
                Store(await make());
            }

            return _value;
        }
        finally
        {
            _owner = null;
            _maker.Release(1);
        }
    }

    private void Store(T value)
    {
        _value = value;
        Volatile.Write(ref _isSet, true); // ORDERING: release of the value.
    }

    // For a thread that may not block: it is refused a value that is there too, and not only while there is none.
    private readonly struct ValueOperation(OnceCell<T> cell) : IWaitOperation<T>
    {
        public bool Poll(Waiter waiter, WakeTarget target, out T result)
        {
            result = cell._value;
            return true;
        }

        public void Withdraw(Waiter waiter)
        {
            // It never waits.
        }

        public void Describe(LeafDescription into) => into.Set(cell._kind, cell._asks, cell);
    }

    private readonly struct MakerOperation(OnceCell<T> cell) : IWaitOperation<Unit>
    {
        public bool Poll(Waiter waiter, WakeTarget target, out Unit result)
        {
            result = default;
            if (cell._maker.Poll(waiter, target, 1) != AcquireOutcome.Acquired)
            {
                return false;
            }

            cell._owner = target;
            return true;
        }

        public void Withdraw(Waiter waiter) => cell._maker.Withdraw(waiter);

        public void Describe(LeafDescription into)
        {
            into.Set(cell._kind, cell._asks, cell);
            into.WaitFor(Volatile.Read(ref cell._owner)); // ORDERING: a hint; see LeafDescription.
        }
    }
}
