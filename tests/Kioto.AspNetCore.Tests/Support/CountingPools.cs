using System;
using System.Buffers;
using System.Threading;
using Microsoft.AspNetCore.Connections;

namespace Kioto.AspNetCore.Tests;

/// <summary>Makes memory pools that know how many of their blocks are out.</summary>
internal sealed class CountingPools : IMemoryPoolFactory<byte>
{
    private int _out;

    internal int BlocksOut => Volatile.Read(ref _out);

    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => new Pool(this);

    private sealed class Pool(CountingPools counts) : MemoryPool<byte>
    {
        public override int MaxBufferSize => 4096;

        public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
        {
            Interlocked.Increment(ref counts._out);
            return new Block(counts);
        }

        protected override void Dispose(bool disposing)
        {
        }
    }

    private sealed class Block(CountingPools counts) : MemoryManager<byte>
    {
        private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(4096, pinned: true);
        private int _returned;

        public override Span<byte> GetSpan() =>
            Volatile.Read(ref _returned) == 0 ? _bytes : throw new ObjectDisposedException("A block was used after its return.");

        public override MemoryHandle Pin(int elementIndex = 0) => _bytes.AsMemory(elementIndex).Pin();

        // Kestrel's own transport sends arrays.
        protected override bool TryGetArray(out ArraySegment<byte> segment)
        {
            segment = new ArraySegment<byte>(_bytes);
            return true;
        }

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
            if (Interlocked.Exchange(ref _returned, 1) != 0)
            {
                throw new InvalidOperationException("A block was returned twice.");
            }

            Interlocked.Decrement(ref counts._out);
        }
    }
}
