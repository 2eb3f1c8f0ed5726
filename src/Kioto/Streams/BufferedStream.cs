using System;
using System.Collections.Generic;
using System.Threading;

namespace Kioto.Streams;

/// <summary>The results of futures that a sequence's elements become, some in flight at a time.</summary>
internal sealed class BufferedStream<TSource, T>(
    IAsyncEnumerable<TSource> source, int limit, Func<TSource, Future<T>> selector, bool ordered) : FutureStream<T>
{
    protected override FutureEnumerator<T> Enumerate(CancellationToken cancellationToken) =>
        new BufferedEnumerator<TSource, T>(new SourceReader<TSource>(source, cancellationToken), limit, selector, ordered);
}
