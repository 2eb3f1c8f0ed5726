using System;
using System.Threading;

namespace Kioto;

/// <summary>A stream of this folder: what makes its enumerators.</summary>
/// <typeparam name="T">The type of the elements.</typeparam>
internal sealed class TimedStream<T>(Func<CancellationToken, FutureEnumerator<T>> begin) : FutureStream<T>
{
    protected override FutureEnumerator<T> Enumerate(CancellationToken cancellationToken) => begin(cancellationToken);
}
