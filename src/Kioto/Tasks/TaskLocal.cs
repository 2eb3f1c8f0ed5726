using System;
using System.Diagnostics.CodeAnalysis;

namespace Kioto;

/// <summary>A value that the futures inside a scope see, however deep they are called. As Tokio's <c>task_local!</c>.</summary>
/// <remarks>
/// Keep it in a static field. Unlike an <c>AsyncLocal</c> it is set for a scope and never changes inside; it costs
/// nothing outside scopes, and inside nothing for each await. A spawned task starts without it, unless it is inherited.
/// Methods of foreign builders (<c>async Task</c>, async iterators) see the values up to and between their awaits of
/// futures; after awaiting a .NET Task they may be on any thread and see none: an <c>AsyncLocal</c> is for them.
/// </remarks>
/// <typeparam name="T">The type of the value.</typeparam>
public sealed class TaskLocal<T>
{
    /// <summary>Makes a task-local without a value; spawned tasks don't inherit it.</summary>
    public TaskLocal()
        : this(inherited: false)
    {
    }

    /// <summary>Makes a task-local without a value.</summary>
    /// <param name="inherited">Whether a task (or blocking closure) that is spawned inside a scope starts with its value.</param>
    public TaskLocal(bool inherited) => IsInherited = inherited;

    internal bool IsInherited { get; }

    /// <summary>Runs a future with a value.</summary>
    /// <remarks>Lazy, as every future. Cancel safe if <paramref name="future"/> is; its cleanup still sees the value.</remarks>
    /// <typeparam name="TResult">The type of the future's result.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="future">What sees it; it must not have been awaited.</param>
    /// <returns>A future with the outcome of <paramref name="future"/>.</returns>
    /// <exception cref="InvalidOperationException">The future was already awaited or spawned.</exception>
    public Future<TResult> Scope<TResult>(T value, Future<TResult> future) =>
        ScopeFrame<T, TResult>.Of(this, value, null, future);

    /// <inheritdoc cref="Scope{TResult}(T, Future{TResult})"/>
    public Future Scope(T value, Future future) => ScopeFrame<T, Unit>.Of(this, value, null, future);

    /// <summary>Runs a future with a value. The delegate is called inside the scope, when that is first awaited.</summary>
    /// <inheritdoc cref="Scope{TResult}(T, Future{TResult})"/>
    public Future<TResult> Scope<TResult>(T value, Func<Future<TResult>> future) =>
        ScopeFrame<T, TResult>.Of(this, value, null, future);

    /// <inheritdoc cref="Scope{TResult}(T, Func{Future{TResult}})"/>
    public Future Scope(T value, Func<Future> future) => ScopeFrame<T, Unit>.Of(this, value, null, future);

    /// <summary>Runs a future with a value that can be taken back. It costs an object.</summary>
    /// <inheritdoc cref="Scope{TResult}(T, Future{TResult})"/>
    /// <param name="value">The value.</param>
    /// <param name="future">What sees it; it must not have been awaited.</param>
    /// <param name="taker">Takes the value back.</param>
    public Future<TResult> Scope<TResult>(T value, Future<TResult> future, out TaskLocalValue<T> taker) =>
        ScopeFrame<T, TResult>.Of(this, value, taker = new TaskLocalValue<T>(value), future);

    /// <inheritdoc cref="Scope{TResult}(T, Future{TResult}, out TaskLocalValue{T})"/>
    public Future Scope(T value, Future future, out TaskLocalValue<T> taker) =>
        ScopeFrame<T, Unit>.Of(this, value, taker = new TaskLocalValue<T>(value), future);

    /// <summary>Runs a delegate with a value, in a future or on any thread. As Tokio's <c>sync_scope</c>.</summary>
    /// <typeparam name="TResult">The type of the delegate's result.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="action">What sees it, and a future it blocks on with BlockOn.</param>
    /// <returns>What the delegate returned.</returns>
    public TResult SyncScope<TResult>(T value, Func<TResult> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        using SyncScope<T> scope = new(this, value);
        return action();
    }

    /// <inheritdoc cref="SyncScope{TResult}(T, Func{TResult})"/>
    public void SyncScope(T value, Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        using SyncScope<T> scope = new(this, value);
        action();
    }

    /// <summary>The value of the innermost scope.</summary>
    /// <returns>The value.</returns>
    /// <exception cref="InvalidOperationException">No scope is open here, or its value was taken.</exception>
    public T Get() => TryGet(out T? value) ? value : throw NoValue();

    /// <summary>The value of the innermost scope, if there is one.</summary>
    /// <param name="value">The value.</param>
    /// <returns>False outside any scope, or when the value was taken.</returns>
    public bool TryGet([MaybeNullWhen(false)] out T value)
    {
        for (LocalBinding? binding = LocalBinding.Innermost(Ambient.Current); binding is not null; binding = binding.Outer)
        {
            if (ReferenceEquals(binding.Key, this))
            {
                return ((LocalBinding<T>)binding).TryGet(out value);
            }
        }

        value = default;
        return false;
    }

    /// <summary>Calls a delegate with the value of the innermost scope.</summary>
    /// <typeparam name="TResult">The type of the delegate's result.</typeparam>
    /// <param name="action">The delegate.</param>
    /// <returns>What the delegate returned.</returns>
    /// <exception cref="InvalidOperationException">No scope is open here, or its value was taken.</exception>
    public TResult With<TResult>(Func<T, TResult> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        return action(Get());
    }

    /// <inheritdoc cref="With{TResult}(Func{T, TResult})"/>
    public void With(Action<T> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        action(Get());
    }

    private static InvalidOperationException NoValue() => new(
        $"This TaskLocal<{typeof(T).Name}> has no value here. Run the code inside its Scope or SyncScope. A spawned task " +
        "is outside its spawner's scopes: spawn key.Scope(value, ...) instead, or make the key with inherited: true.");
}
