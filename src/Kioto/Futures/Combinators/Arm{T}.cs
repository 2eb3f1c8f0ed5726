using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace Kioto;

/// <summary>An arm with a typed result.</summary>
/// <typeparam name="T">The type of the result.</typeparam>
internal sealed class Arm<T> : Arm
{
    /// <summary>The result. Valid once ended with one.</summary>
    internal T? Result { get; private set; }

    /// <summary>Gives an empty arm its future.</summary>
    /// <param name="future">The future.</param>
    internal void Set(Future<T> future)
    {
        if (ReferenceEquals(future.Source, DisabledSource<T>.Instance))
        {
            Disable();
            return;
        }

        future = future.Owned();
        Set(future.Source, future.Token);
        Result = future.Value;
    }

    internal override Arm Renew() => new Arm<T>();

    private protected override ExceptionDispatchInfo? TakeResult(Ambient ambient)
    {
        // SAFETY: Set is the only writer of Root.
        Result = Unsafe.As<FutureSource<T>>(Root!).Take(Token, ambient, out ExceptionDispatchInfo? error);
        return error;
    }

    private protected override void ClearResult() => Result = default;
}
