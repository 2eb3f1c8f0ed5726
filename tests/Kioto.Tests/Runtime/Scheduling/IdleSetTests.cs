namespace Kioto.Tests;

public sealed class IdleSetTests
{
    [Fact]
    public void A_producer_wakes_a_sleeper_once()
    {
        IdleSet idle = new(2);
        Assert.Equal(-1, idle.WorkerToNotify());
        idle.TransitionToParked(0, searching: false);
        Assert.True(idle.IsParked(0));
        Assert.Equal(0, idle.WorkerToNotify());
        Assert.False(idle.IsParked(0));

        // The woken worker searches now: it will find what comes meanwhile.
        idle.TransitionToParked(1, searching: false);
        Assert.Equal(-1, idle.WorkerToNotify());
        Assert.True(idle.TransitionFromSearching());
        Assert.Equal(1, idle.WorkerToNotify());
    }

    [Fact]
    public void At_most_half_of_the_workers_search()
    {
        IdleSet idle = new(4);
        Assert.True(idle.TransitionToSearching());
        Assert.True(idle.TransitionToSearching());
        Assert.False(idle.TransitionToSearching());
        Assert.False(idle.TransitionFromSearching());
        Assert.True(idle.TransitionFromSearching());
    }

    [Fact]
    public void The_last_searcher_looks_again_before_it_sleeps()
    {
        IdleSet idle = new(4);
        Assert.True(idle.TransitionToSearching());
        Assert.True(idle.TransitionToSearching());
        Assert.False(idle.TransitionToParked(0, searching: true));
        Assert.True(idle.TransitionToParked(1, searching: true));
    }

    [Fact]
    public void A_worker_that_was_not_allowed_to_search_looks_again_when_nobody_searches_any_more()
    {
        // Worker 1 finds nothing and may not search, for worker 0 does; worker 0 finds a task and stops searching; now
        // a producer pushes a task and sees everybody awake; then worker 1 goes to sleep.
        IdleSet idle = new(2);
        Assert.True(idle.TransitionToSearching());
        Assert.False(idle.TransitionToSearching());
        Assert.True(idle.TransitionFromSearching());
        Assert.Equal(-1, idle.WorkerToNotify());
        Assert.True(idle.TransitionToParked(1, searching: false));
    }

    [Fact]
    public void A_sleeper_takes_itself_off_unless_somebody_did()
    {
        IdleSet idle = new(2);
        idle.TransitionToParked(0, searching: false);
        Assert.True(idle.TryUnparkSelf(0));
        Assert.False(idle.TryUnparkSelf(0));
        idle.TransitionToParked(1, searching: false);
        Assert.Equal(1, idle.WorkerToNotify());
        Assert.False(idle.TryUnparkSelf(1));
    }
}
