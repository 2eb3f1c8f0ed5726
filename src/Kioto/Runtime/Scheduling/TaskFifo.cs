using System.Threading;

namespace Kioto;

/// <summary>Tasks that one thread queues for itself, first in, first out, linked through <see cref="TaskHeader.Next"/>.</summary>
/// <remarks>A mutable struct that is never copied: a field of a scheduler, of whose one thread it is.</remarks>
internal struct TaskFifo
{
    private TaskHeader? _head;
    private TaskHeader? _tail;

    internal readonly bool IsEmpty => _head is null;

    /// <summary>The first, for another thread that walks along the links: a moment's picture.</summary>
    internal TaskHeader? Peeked => Volatile.Read(ref _head); // ORDERING: none, the owner may be changing it.

    internal void Push(TaskHeader task)
    {
        task.Next = null;
        if (_tail is null)
        {
            _head = task;
        }
        else
        {
            _tail.Next = task;
        }

        _tail = task;
    }

    /// <summary>Pushes all but the first of a chain, in its order.</summary>
    /// <param name="first">The first of tasks that are linked, or null.</param>
    /// <param name="pushed">How many were pushed.</param>
    /// <returns>The first, alone.</returns>
    internal TaskHeader? PushRest(TaskHeader? first, out int pushed)
    {
        pushed = 0;
        if (first is not null)
        {
            TaskHeader? next = first.Next;
            first.Next = null;
            while (next is not null)
            {
                TaskHeader task = next;
                next = task.Next;
                Push(task);
                pushed++;
            }
        }

        return first;
    }

    internal TaskHeader? Pop()
    {
        TaskHeader? task = _head;
        if (task is not null)
        {
            _head = task.Next;
            task.Next = null;
            if (_head is null)
            {
                _tail = null;
            }
        }

        return task;
    }
}
