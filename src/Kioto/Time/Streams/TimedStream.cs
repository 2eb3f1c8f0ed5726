using System;
using System.Threading;

namespace Kioto;

/// <summary>A stream of this folder: what makes its enumerators.</summary>
/// <typeparam name="T">The type of the elements.</typeparam>
/// <param name="begin">Makes one.</param>
/// <param name="gathers">Whether it may have something of the source that it has not given yet.</param>
internal sealed class TimedStream<T>(Func<CancellationToken, FutureEnumerator<T>> begin, bool gathers = false) : FutureStream<T>
{
    private protected override bool EndsWithItsSource => gathers;

    protected override FutureEnumerator<T> Enumerate(CancellationToken cancellationToken) => begin(cancellationToken);
}
