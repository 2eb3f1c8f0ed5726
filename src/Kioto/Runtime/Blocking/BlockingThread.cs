namespace Kioto;

/// <summary>A thread of a pool: takes closures and runs them until it has been idle for long.</summary>
internal sealed class BlockingThread
{
    private readonly BlockingCrew _crew;
    private readonly ThreadParker _parker = new();

    internal BlockingThread(BlockingCrew crew) => _crew = crew;

    /// <summary>INVARIANT: under the queue's lock. Whether it is among the idle threads.</summary>
    internal bool Idle { get; set; }

    /// <summary>INVARIANT: under the queue's lock. The idle thread that is called before this one.</summary>
    internal BlockingThread? Above { get; set; }

    /// <summary>INVARIANT: under the queue's lock. The idle thread that is called after this one.</summary>
    internal BlockingThread? Below { get; set; }

    internal void Unpark() => _parker.Unpark();

    internal void Run()
    {
        _crew.Enter();
        BlockingTurn turn = BlockingTurn.Started;
        long deadline = long.MaxValue;
        while (true)
        {
            switch (_crew.Take(this, turn, out BlockingItem item))
            {
                case BlockingTake.Run:
                    _crew.Run(item);
                    turn = BlockingTurn.Done;
                    break;
                case BlockingTake.Park:
                    deadline = turn == BlockingTurn.Slept ? deadline : _crew.KeepUntil();
                    turn = Sleep(deadline);
                    break;
                default:
                    return;
            }
        }
    }

    private BlockingTurn Sleep(long deadline)
    {
        if (deadline == long.MaxValue)
        {
            _parker.Park();
            return BlockingTurn.Slept;
        }

        long left = deadline - Clock.Now;
        return (left > 0 && _parker.Park(left)) || deadline > Clock.Now ? BlockingTurn.Slept : BlockingTurn.Expired;
    }
}
