using System.Collections.Generic;

namespace Kioto.Tests;

/// <summary>How a worker weighs the two classes, without a worker.</summary>
public sealed class BackgroundPicksTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(32)]
    public void Between_two_background_tasks_there_are_as_many_others_as_the_interval(int interval)
    {
        ClockState clock = Paused();
        BackgroundQueue queue = new(clock, long.MaxValue);
        BackgroundPicks picks = new(queue, interval);
        Push(queue, 100);
        List<int> gaps = Gaps(ref picks, 20);
        Assert.True(gaps[0] <= interval, $"{gaps[0]}");
        Assert.All(gaps[1..], gap => Assert.Equal(interval, gap));
    }

    [Fact]
    public void One_that_comes_after_a_long_time_is_taken_at_the_next_look()
    {
        BackgroundQueue queue = new(Paused(), long.MaxValue);
        BackgroundPicks picks = new(queue, 32);
        for (int i = 0; i < 1000; i++)
        {
            Assert.Null(picks.TakeDue());
        }

        Push(queue, 1);
        Assert.InRange(Gaps(ref picks, 1)[0], 0, 3);
    }

    [Fact]
    public void An_overdue_one_is_taken_at_the_next_look_and_a_flood_of_them_at_every_fifth_pick()
    {
        ClockState clock = Paused();
        BackgroundQueue queue = new(clock, 100);
        BackgroundPicks picks = new(queue, 1000);
        Push(queue, 50);
        clock.MoveTo(clock.Now + 99);
        for (int i = 0; i < 100; i++)
        {
            Assert.Null(picks.TakeDue());
        }

        clock.MoveTo(clock.Now + 1);
        List<int> gaps = Gaps(ref picks, 50);
        Assert.InRange(gaps[0], 0, 3);
        Assert.All(gaps[1..], gap => Assert.Equal(4, gap));
    }

    [Fact]
    public void Those_that_are_not_overdue_wait_for_their_interval_again()
    {
        ClockState clock = Paused();
        BackgroundQueue queue = new(clock, 100);
        BackgroundPicks picks = new(queue, 10);
        Push(queue, 1);
        clock.MoveTo(clock.Now + 100);
        Push(queue, 5);
        List<int> gaps = Gaps(ref picks, 6);
        Assert.All(gaps[1..], gap => Assert.Equal(10, gap));
    }

    [Fact]
    public void When_there_is_nothing_else_they_come_in_their_order()
    {
        BackgroundQueue queue = new(Paused(), 100);
        BackgroundPicks picks = new(queue, 32);
        Assert.Null(picks.Take());
        List<TaskHeader> tasks = Push(queue, 5);
        foreach (TaskHeader task in tasks)
        {
            Assert.Same(task, picks.Take());
        }

        Assert.True(queue.IsEmpty);
        Assert.Null(picks.Take());
    }

    private static ClockState Paused()
    {
        ClockState clock = new();
        Assert.True(clock.TryPause());
        return clock;
    }

    private static List<TaskHeader> Push(BackgroundQueue queue, int count)
    {
        List<TaskHeader> tasks = [];
        for (int i = 0; i < count; i++)
        {
            TaskCell<Unit> task = TaskCell<Unit>.Ready(default, Ambient.Current, default);
            task.SetBackground();
            tasks.Add(task);
            queue.Push(task);
        }

        return tasks;
    }

    // Normal picks before each of so many background ones.
    private static List<int> Gaps(ref BackgroundPicks picks, int count)
    {
        List<int> gaps = [];
        for (int gap = 0; gaps.Count < count; gap++)
        {
            if (picks.TakeDue() is not null)
            {
                gaps.Add(gap);
                gap = -1;
            }

            Assert.True(gap < 10_000);
        }

        return gaps;
    }
}
