using System.Collections.Generic;
using Xunit;

namespace Kioto.Net.Tests;

public class IoTableTests
{
    [Fact]
    public void A_source_is_found_by_place_and_generation()
    {
        IoTable table = new();
        IoSource source = Add(table);
        Assert.Same(source, table.Find(source.Slot, source.Generation));
        Assert.Null(table.Find(source.Slot, source.Generation + 1));
        Assert.Null(table.Find(source.Slot + 1, source.Generation));
        Assert.Null(table.Find(-1, source.Generation));
        Assert.Null(table.Find(int.MaxValue, source.Generation));
    }

    [Fact]
    public void A_reused_place_has_a_new_generation_so_that_late_events_find_nobody()
    {
        IoTable table = new();
        IoSource first = Add(table);
        table.Remove(first);
        Assert.Null(table.Find(first.Slot, first.Generation));
        IoSource second = Add(table);
        Assert.Equal(first.Slot, second.Slot);
        Assert.NotEqual(first.Generation, second.Generation);
        Assert.Null(table.Find(first.Slot, first.Generation));
        Assert.Same(second, table.Find(second.Slot, second.Generation));
    }

    [Fact]
    public void Removing_twice_gives_the_place_up_once()
    {
        IoTable table = new();
        IoSource first = Add(table);
        table.Remove(first);
        table.Remove(first);
        IoSource second = Add(table);
        IoSource third = Add(table);
        Assert.NotEqual(second.Slot, third.Slot);
        table.Remove(first); // Its place belongs to somebody else now.
        Assert.Same(second, table.Find(second.Slot, second.Generation));
    }

    [Fact]
    public void It_grows_and_keeps_what_it_has()
    {
        IoTable table = new();
        List<IoSource> sources = [];
        HashSet<(int, uint)> tokens = [];
        for (int i = 0; i < 1000; i++)
        {
            IoSource source = Add(table);
            sources.Add(source);
            Assert.True(tokens.Add((source.Slot, source.Generation)));
        }

        Assert.All(sources, source => Assert.Same(source, table.Find(source.Slot, source.Generation)));
    }

    [Fact]
    public void Closed_it_tells_who_is_left_and_takes_nobody()
    {
        IoTable table = new();
        IoSource left = Add(table);
        IoSource gone = Add(table);
        table.Remove(gone);
        Assert.Same(left, Assert.Single(table.Close()));
        Assert.False(table.TryAdd(new IoSource(null!, 0)));
        table.Remove(left); // Still possible: sockets outlive their runtime.
        Assert.Null(table.Find(left.Slot, left.Generation));
    }

    private static IoSource Add(IoTable table)
    {
        IoSource source = new(null!, 0);
        Assert.True(table.TryAdd(source));
        return source;
    }
}
