using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Channels;
using System.Threading.Tasks;

namespace Kioto.Sync;

/// <summary>Waits for .NET channels, of which each has one in progress for all who wait.</summary>
/// <remarks>
/// A wait that is cancelled leaves its place in the channel behind, until something arrives there: a loop that selects
/// over a channel would leave one in each turn. What a wait says holds for everybody who waits.
/// </remarks>
internal static class ChannelWaits
{
    private static readonly ConditionalWeakTable<object, Pending> s_reads = [];
    private static readonly ConditionalWeakTable<object, Pending> s_writes = [];

    internal static Future<bool> ToRead<T>(ChannelReader<T> reader)
    {
        Pending pending = s_reads.GetOrCreateValue(reader);
        return pending.TryGet() ?? pending.Set(reader.WaitToReadAsync());
    }

    internal static Future<bool> ToWrite<T>(ChannelWriter<T> writer)
    {
        Pending pending = s_writes.GetOrCreateValue(writer);
        return pending.TryGet() ?? pending.Set(writer.WaitToWriteAsync());
    }

    private sealed class Pending
    {
        // INVARIANT: any thread; two that find it completed both begin a wait, and one of them is kept.
        private Task<bool>? _wait;

        internal Future<bool>? TryGet() =>
            Volatile.Read(ref _wait) is { IsCompleted: false } wait ? wait.AsFuture() : null; // ORDERING: pairs with Set.

        internal Future<bool> Set(ValueTask<bool> wait)
        {
            if (wait.IsCompletedSuccessfully)
            {
                return Future.FromResult(wait.Result);
            }

            Task<bool> task = wait.AsTask();
            Volatile.Write(ref _wait, task); // ORDERING: release, pairs with TryGet.
            return task.AsFuture();
        }
    }
}
