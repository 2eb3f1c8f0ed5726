using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Threading;

namespace Kioto;

/// <summary>A list of live tasks with one owner thread: cheap to enter and leave there, possible to leave anywhere.</summary>
/// <remarks>
/// Shutdown and dumps walk it. The owner takes places from a private free list; a task that ends on another thread puts
/// its place on a shared stack, which the owner takes whole when its own list is empty (so there is no ABA).
/// </remarks>
internal sealed class TaskSlab
{
#if KIOTO_MODEL
    private const int SegmentBits = 1;
#else
    private const int SegmentBits = 8;
#endif
    private const int SegmentSize = 1 << SegmentBits;

    // INVARIANT: a segment never moves once it is in the array; the array is replaced by the owner only.
    private Place[][] _segments = [];

    // INVARIANT: _next[i] is written by whoever frees place i, read by the owner after taking the stack that holds it.
    private int[][] _next = [];

    // INVARIANT: owner only.
    private Owned _free = new(-1);

    // INVARIANT: a stack through _next; anyone pushes by compare-exchange, the owner takes all by exchange.
    private Owned _remoteFree = new(-1);

    internal int Add(TaskHeader task)
    {
        int place = _free.Place;
        if (place < 0)
        {
            place = Refill();
        }

        _free.Place = _next[place >> SegmentBits][place & (SegmentSize - 1)];
        Volatile.Write(ref _segments[place >> SegmentBits][place & (SegmentSize - 1)].Task, task); // ORDERING: release, pairs with Snapshot.
        return place;
    }

    /// <summary>Frees a place, on the owner's thread.</summary>
    /// <param name="place">What <see cref="Add"/> gave.</param>
    internal void RemoveLocal(int place)
    {
        Volatile.Write(ref _segments[place >> SegmentBits][place & (SegmentSize - 1)].Task, null); // ORDERING: whoever frees may fence after it.
        _next[place >> SegmentBits][place & (SegmentSize - 1)] = _free.Place;
        _free.Place = place;
    }

    /// <summary>Frees a place, on any thread.</summary>
    /// <param name="place">What <see cref="Add"/> gave.</param>
    internal void RemoveRemote(int place)
    {
        // ORDERING: the arrays that hold this place were published before the task that lives in it.
        Volatile.Write(ref Volatile.Read(ref _segments)[place >> SegmentBits][place & (SegmentSize - 1)].Task, null);
        ref int next = ref Volatile.Read(ref _next)[place >> SegmentBits][place & (SegmentSize - 1)];
        int head = Volatile.Read(ref _remoteFree.Place);
        while (true)
        {
            next = head;
            int seen = Interlocked.CompareExchange(ref _remoteFree.Place, place, head); // ORDERING: release of next; pairs with Refill.
            if (seen == head)
            {
                return;
            }

            head = seen;
        }
    }

    /// <summary>The tasks alive at some moment during the call. Any thread.</summary>
    /// <returns>The tasks.</returns>
    internal List<TaskHeader> Snapshot()
    {
        List<TaskHeader> tasks = [];
        foreach (Place[] segment in Volatile.Read(ref _segments)) // ORDERING: acquire, pairs with Grow.
        {
            for (int i = 0; i < segment.Length; i++)
            {
                if (Volatile.Read(ref segment[i].Task) is { } task) // ORDERING: pairs with Add.
                {
                    tasks.Add(task);
                }
            }
        }

        return tasks;
    }

    /// <summary>Asks all tasks to stop. Any thread.</summary>
    /// <param name="except">Those that wait for the end themselves.</param>
    internal void AbortAll(TaskHeader[] except)
    {
        foreach (TaskHeader task in Snapshot())
        {
            if (Array.IndexOf(except, task) < 0)
            {
                task.Abort();
            }
        }
    }

    /// <summary>Ends all tasks without running them. Nobody may be running any of them.</summary>
    internal void KillAll()
    {
        foreach (TaskHeader task in Snapshot())
        {
            task.Kill();
        }
    }

    /// <summary>Whether no task is alive. Any thread; exact once nothing is added any more.</summary>
    /// <returns>True if it is empty.</returns>
    internal bool IsEmpty()
    {
        foreach (Place[] segment in Volatile.Read(ref _segments))
        {
            for (int i = 0; i < segment.Length; i++)
            {
                if (Volatile.Read(ref segment[i].Task) is not null) // ORDERING: pairs with Add.
                {
                    return false;
                }
            }
        }

        return true;
    }

    private int Refill()
    {
        int taken = Interlocked.Exchange(ref _remoteFree.Place, -1); // ORDERING: acquire, pairs with RemoveRemote.
        return taken >= 0 ? taken : Grow();
    }

    private int Grow()
    {
        int first = _segments.Length << SegmentBits;
        int[] next = new int[SegmentSize];
        for (int i = 0; i < SegmentSize; i++)
        {
            next[i] = i == SegmentSize - 1 ? -1 : first + i + 1;
        }

        Interlocked.Exchange(ref _next, [.. _next, next]); // ORDERING: published before any task in the new places.
        Interlocked.Exchange(ref _segments, [.. _segments, new Place[SegmentSize]]);
        return first;
    }

    /// <summary>A number on cache lines of its own: the owner and others write the two of them all the time.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct Owned(int place)
    {
        [FieldOffset(64)]
        internal int Place = place;
    }

    /// <summary>A wrapper, so that storing into the array needs no covariance check.</summary>
    private struct Place
    {
        internal TaskHeader? Task;
    }
}
