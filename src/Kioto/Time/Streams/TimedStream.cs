using System;
using System.Threading;

namespace Kioto;

/// <summary>A stream of this folder: what makes its enumerators.</summary>
/// <typeparam name="T">The type of the elements.</typeparam>
internal sealed class TimedStream<T>(Func<CancellationToken, FutureEnumerator<T>> begin) : FutureStream<T>
{
    public override FutureEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default) => begin(cancellationToken);
}
