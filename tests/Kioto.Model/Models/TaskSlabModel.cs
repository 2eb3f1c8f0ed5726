using System.Collections.Generic;
using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>The list of live tasks: no place is given to two, none is lost, a walk sees what is alive.</summary>
internal static class TaskSlabModel
{
    /// <summary>Others free places while the owner takes and frees some.</summary>
    internal static void RemoteFrees()
    {
        var slab = new TaskSlab();
        var taken = new HashSet<int>();
        int first = Add(slab, taken);
        int second = Add(slab, taken);
        Model.Spawn(() => Remove(slab, taken, first));
        Model.Spawn(() => Remove(slab, taken, second));
        int third = Add(slab, taken);
        taken.Remove(third);
        slab.RemoveLocal(third);
        Add(slab, taken);
        Add(slab, taken);
    }

    /// <summary>A place that another thread has freed is used again before new ones are made.</summary>
    internal static void FreedPlacesComeBack()
    {
        var slab = new TaskSlab();
        var taken = new HashSet<int>();
        int[] places = [Add(slab, taken), Add(slab, taken)];
        ModelHandle[] removers = [Model.Spawn(() => Remove(slab, taken, places[0])), Model.Spawn(() => Remove(slab, taken, places[1]))];
        removers[0].Join();
        removers[1].Join();
        Assert.True(slab.IsEmpty());
        Assert.InRange(Add(slab, taken), 0, 1);
        Assert.InRange(Add(slab, taken), 0, 1);
        Assert.Equal(2, slab.Snapshot().Count);
    }

    /// <summary>A walk while the list grows and shrinks sees the task that lives throughout.</summary>
    internal static void WalkSeesTheLiving()
    {
        var slab = new TaskSlab();
        var living = new QueuedTask();
        slab.Add(living);
        int second = slab.Add(new QueuedTask());
        Model.Spawn(() =>
        {
            Assert.Contains(living, slab.Snapshot());
            Assert.False(slab.IsEmpty());
        });
        Model.Spawn(() => slab.RemoveRemote(second));
        slab.Add(new QueuedTask());
        slab.Add(new QueuedTask());
    }

    private static int Add(TaskSlab slab, HashSet<int> taken)
    {
        int place = slab.Add(new QueuedTask());
        Assert.True(taken.Add(place));
        return place;
    }

    private static void Remove(TaskSlab slab, HashSet<int> taken, int place)
    {
        taken.Remove(place);
        slab.RemoveRemote(place);
    }
}
