using System;
using System.Threading;
using System.Threading.Tasks;
using static Kioto.Tests.GroupBodies;

namespace Kioto.Tests;

/// <summary>Spawning into groups on threads that no runtime has: it goes to the runtime where the group was made.</summary>
public sealed class GroupPlainThreadTests
{
    [Theory]
    [MemberData(nameof(Runtimes.Everywhere), MemberType = typeof(Runtimes))]
    public void Any_thread_spawns_into_a_group(RuntimeKind kind) => Runtimes.Run(kind, async () =>
    {
        int results = 0;
        await TaskScope.RunAsync(async scope =>
        {
            results += await await Elsewhere(() => scope.Spawn(() => After(1, 1)));
            results += await await Elsewhere(() => scope.SpawnBlocking(() => 1));
        });
        await using JoinSet<int> set = new();
        await Elsewhere(() => set.Spawn(() => After(1, 1)));
        results += (await set.JoinAllAsync())[0];
        await using JoinSet unit = new();
        await Elsewhere(() => unit.Spawn(async () => await Kio.YieldNow()));
        await unit.JoinAllAsync();
        await using JoinQueue<int> queue = new();
        await Elsewhere(() => queue.Spawn(() => After(1, 1)));
        results += (await queue.JoinAllAsync())[0];
        await using JoinMap<int, int> map = new();
        await Elsewhere(() => map.Spawn(1, () => After(1, 1)));
        results += (await map.JoinNextAsync())!.Value.Result.Value;
        TaskTracker tracker = new();
        results += await await Elsewhere(() => tracker.Spawn(() => After(1, 1)));
        Assert.Equal(6, results);
    });

    [Fact]
    public void Where_there_was_none_the_message_names_SpawnOn()
    {
        using JoinSet set = new();
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => set.Spawn(Never));
        Assert.Contains("JoinSet.Spawn", error.Message, StringComparison.Ordinal);
        Assert.Contains("SpawnOn(runtime.Handle", error.Message, StringComparison.Ordinal);
        Assert.True(set.IsEmpty);
    }

    // Without the context in which the runtime flows with Task-based code.
    private static Task<T> Elsewhere<T>(Func<T> call)
    {
        using (ExecutionContext.SuppressFlow())
        {
            return Task.Run(call);
        }
    }
}
