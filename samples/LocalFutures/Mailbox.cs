using System.Collections.Generic;
using Kioto;

namespace LocalFutures;

/// <summary>A queue without locks, for tasks of one thread. Receiving from it is a future written by hand.</summary>
/// <remarks>It is its own future: one reader at a time may await <c>mailbox.AsFuture()</c>, again and again.</remarks>
public sealed class Mailbox<T> : IFuture<T>
{
    private readonly Queue<T> _messages = new();
    private Waker _reader;

    public void Send(T message)
    {
        _messages.Enqueue(message);
        _reader.Wake();
    }

    // Ready with a message, or pending: then the waker is kept, and Send calls it.
    public Poll<T> Poll(ref PollContext context)
    {
        if (_messages.TryDequeue(out T? message))
        {
            return Poll<T>.Ready(message);
        }

        _reader = context.Waker;
        return Poll<T>.Pending;
    }
}
