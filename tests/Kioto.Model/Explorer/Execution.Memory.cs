using System.Collections.Generic;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace ModelChecking;

// Loads, stores and fences.
//
// A buffered store becomes visible at some later time of the machine's choosing. Only a thread that accesses the same
// location can tell when, so the choice is put off until that happens, or until a fence of the storing thread. This is
// a reordering of independent steps and loses no behaviour, and spares a choice at every other step.
internal sealed partial class Execution
{
    // A store does not stay invisible for ever to a thread that keeps looking.
    private const int PatientSpins = 2;

    internal T Read<T>(ModelThread thread, ref T location)
    {
        Point(thread);
        if (_options.StoreBuffers)
        {
            ref byte target = ref Unsafe.As<T, byte>(ref location);
            if (thread.Stores.Count > 0 && Locations.Find(ref target) is >= 0 and var id && StoresTo(thread, id))
            {
                if (NewestStore(thread, id).TryForward(out T value) && !OvertakenByOthers(thread, id))
                {
                    return value;
                }

                while (StoresTo(thread, id))
                {
                    Flush(thread, thread.Bit);
                }
            }

            Settle(ref target, 0, thread.Spins >= PatientSpins);
        }

        return location;
    }

    internal void Write<T>(ModelThread thread, ref T location, T value)
    {
        if (!_options.StoreBuffers)
        {
            Point(thread);
            location = value;
        }
        else
        {
            // No scheduling point: other threads cannot tell whether a store has entered the buffer, only whether it
            // has left it. That they may make it leave is why the next operation needs its scheduling point. A barrier
            // of all processors tells: what has entered then has left.
            if (_options.ProcessWideBarriers)
            {
                Point(thread);
            }
            else if (Failure is not null)
            {
                thread.Abort();
            }

            thread.Fresh = false;
            thread.Stores.Add(BufferedStore.Of(Locations.IdOf(ref Unsafe.As<T, byte>(ref location)), value));
        }

        Progress(thread);
    }

    /// <summary>What precedes an interlocked operation on the location.</summary>
    internal void BeforeAtomic(ModelThread thread, ref byte location)
    {
        Point(thread);
        if (_options.StoreBuffers)
        {
            Drain(thread);
            Settle(ref location, 0, thread.Spins >= PatientSpins);
        }
    }

    internal void Fence(ModelThread thread)
    {
        if (thread.Stores.Count > 0)
        {
            Point(thread);
            Drain(thread);
        }
        else if (Failure is not null)
        {
            thread.Abort();
        }
    }

    /// <summary>Makes all stores of all threads visible, as a process-wide barrier does.</summary>
    internal void FenceAll(ModelThread thread)
    {
        Point(thread);
        for (int i = 0; i < _threadCount; i++)
        {
            Drain(_pool[i]);
        }
    }

    /// <summary>The thread has changed something, so it is not just spinning.</summary>
    internal static void Progress(ModelThread thread) => thread.Spins = 0;

    private static ref byte Bytes(ref int location) => ref Unsafe.As<int, byte>(ref location);

    private void Drain(ModelThread thread)
    {
        while (thread.Stores.Count > 0)
        {
            Flush(thread, thread.Bit);
        }
    }

    /// <summary>Lets other threads' stores to the location become visible first, or not.</summary>
    /// <param name="location">The location about to be accessed.</param>
    /// <param name="busy">Threads whose buffers must be left alone because they are being flushed.</param>
    /// <param name="mustSee">Whether leaving the stores invisible is no choice any more.</param>
    private void Settle(ref byte location, ulong busy, bool mustSee)
    {
        int id = -1;
        while (true)
        {
            ulong writers = 0;
            for (int i = 0; i < _threadCount; i++)
            {
                ModelThread other = _pool[i];
                if (other.Stores.Count > 0 && (busy & other.Bit) == 0)
                {
                    id = id >= 0 ? id : Locations.Find(ref location);
                    writers |= StoresTo(other, id) ? other.Bit : 0;
                }
            }

            int count = BitOperations.PopCount(writers);
            int choice = Choose(count > 0 && !mustSee && !Calm ? count + 1 : count);
            if (choice == count)
            {
                return;
            }

            while (choice-- > 0)
            {
                writers &= writers - 1;
            }

            ModelThread writer = _pool[BitOperations.TrailingZeroCount(writers)];
            while (StoresTo(writer, id) && !Flush(writer, busy | writer.Bit, id))
            {
            }
        }
    }

    /// <summary>Makes the oldest store visible; true if it was one to <paramref name="id"/>.</summary>
    private bool Flush(ModelThread writer, ulong busy, int id = -1)
    {
        BufferedStore store = writer.Stores[0];

        // It is a write like any other: stores of other threads to the same location may be visible before.
        Settle(ref Locations[store.Location], busy, mustSee: false);
        writer.Stores.RemoveAt(0);
        store.Apply(ref Locations[store.Location]);
        Trace?.Add(writer, $"  buffered store of {store} to {Trace.Name(store.Location, Locations)} becomes visible");
        return store.Location == id;
    }

    private static bool StoresTo(ModelThread thread, int location)
    {
        List<BufferedStore> stores = thread.Stores;
        for (int i = 0; i < stores.Count; i++)
        {
            if (stores[i].Location == location)
            {
                return true;
            }
        }

        return false;
    }

    private static BufferedStore NewestStore(ModelThread thread, int location) =>
        thread.Stores[thread.Stores.FindLastIndex(store => store.Location == location)];

    // The thread's own store may be visible already, which the thread itself could only tell if another thread's store
    // to the same location has become visible after it.
    private bool OvertakenByOthers(ModelThread thread, int location)
    {
        for (int i = 0; i < _threadCount; i++)
        {
            if (i != thread.Id && StoresTo(_pool[i], location))
            {
                return Choose(2) == 1;
            }
        }

        return false;
    }
}
