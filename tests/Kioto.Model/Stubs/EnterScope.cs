namespace Kioto;

internal readonly ref struct EnterScope
{
    internal readonly Ambient Ambient;

    private readonly Scheduler? _scheduler;

    private EnterScope(Ambient ambient, Scheduler scheduler)
    {
        Ambient = ambient;
        _scheduler = ambient.Scheduler;
        ambient.Scheduler = scheduler;
        ambient.Polling = true;
    }

    public void Dispose()
    {
        Ambient.Scheduler = _scheduler;
        Ambient.Polling = false;
    }

    internal static EnterScope ForBlockOn(RuntimeScheduler scheduler) => new(Ambient.Current, scheduler);
}
