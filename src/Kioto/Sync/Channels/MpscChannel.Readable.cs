using System.Threading;

namespace Kioto.Sync;

// For .NET's readers: waiting for a value that stays there. It is no operation that receives: others may take meanwhile.
internal sealed partial class MpscChannel<T>
{
    /// <summary>Looks whether there is a value; else who wants to know waits. For the task that receives.</summary>
    /// <param name="readable">Whether there is one, if nothing is to be waited for; else none will come.</param>
    /// <returns>The wait, the same one for all who wait; null when it is known already.</returns>
    internal ReadableWait? WaitReadable(out bool readable)
    {
        readable = false;
        if (HasEnded)
        {
            return null;
        }

        ThrowIfReceiving();
        Volatile.Write(ref _receiving, DirectReceive.Mark); // ORDERING: as in BeginReceive.
        ReadableWait? wait = null;
        if (!HasEnded)
        {
            readable = _queue.HasValue();
            if (!readable && !IsDrained())
            {
                // One that nobody waits for any more serves the next: senders have it before them still.
                wait = Volatile.Read(ref _receiver) as ReadableWait; // ORDERING: MustWait's exchange decides.
                wait = wait is { IsOver: false } ? wait : new ReadableWait(this);
                MustWait(wait);
                readable = _queue.HasValue();
                if (readable || IsOver)
                {
                    wait = null;
                }
            }
        }

        EndReceive();
        return wait;
    }

    private void ThrowIfReceiving()
    {
        // ORDERING: misuse.
        if (Volatile.Read(ref _receiving) is not null)
        {
            throw Busy();
        }
    }
}
