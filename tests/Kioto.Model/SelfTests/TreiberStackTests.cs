using System.Threading;
using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

public sealed class TreiberStackTests
{
    [Fact]
    public void ReusedNodesBringBackAnOldHead()
    {
        ModelFailureException failure = Assert.Throws<ModelFailureException>(() => Model.Check(() => PopAgainstReuse(false)));

        // T0 is about to pop A when T1 pops A and B and pushes A back; T0 then makes B the head again.
        Assert.Contains("CompareExchange(_head@", failure.Message);
    }

    [Fact]
    public void NewNodesDoNot() => Assert.True(Model.Check(() => PopAgainstReuse(true)).Complete);

    private static void PopAgainstReuse(bool fresh)
    {
        var stack = new Stack();
        Node b = new() { Value = 2 };
        stack.Push(b);
        stack.Push(new Node { Value = 1 });
        ModelHandle other = Model.Spawn(() =>
        {
            Node? first = stack.Pop();
            Node? second = stack.Pop();
            if (first is not null && second is not null)
            {
                second.Taken = true;
                stack.Push(fresh ? new Node { Value = first.Value } : first);
            }
        });
        stack.Pop();
        other.Join();
        while (stack.Pop() is { } rest)
        {
            Assert.False(rest.Taken, "A node that belongs to a thread is in the stack.");
        }
    }

    private sealed class Node
    {
        internal Node? Next;
        internal int Value;
        internal bool Taken;
    }

    private sealed class Stack
    {
        private Node? _head;

        internal void Push(Node node)
        {
            do
            {
                node.Next = Volatile.Read(ref _head);
            }
            while (Interlocked.CompareExchange(ref _head, node, node.Next) != node.Next);
        }

        internal Node? Pop()
        {
            while (Volatile.Read(ref _head) is { } head)
            {
                Node? next = Volatile.Read(ref head.Next);
                if (Interlocked.CompareExchange(ref _head, next, head) == head)
                {
                    return head;
                }
            }

            return null;
        }
    }
}
