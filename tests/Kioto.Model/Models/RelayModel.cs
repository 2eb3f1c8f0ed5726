using System.Threading;
using Kioto.AspNetCore;
using ModelChecking;
using Xunit;

namespace Kioto.ModelTests;

/// <summary>A connection is counted as relaying once, and taken back as often as it was counted.</summary>
internal static class RelayModel
{
    /// <summary>Two requests begin while the connection is disposed of, twice.</summary>
    internal static void RequestsDuringDisposal()
    {
        var connection = new Connection();
        ModelHandle one = Model.Spawn(connection.Relay);
        ModelHandle other = Model.Spawn(connection.Relay);
        connection.Dispose();
        connection.Dispose();
        one.Join();
        other.Join();

        Assert.InRange(connection.Begun, 0, 1);
        Assert.Equal(connection.Begun, connection.Ended);
        connection.Relay();
        Assert.Equal(connection.Begun, connection.Ended);
    }

    private sealed class Connection
    {
        private RelayState _state;
        private int _begun;
        private int _ended;

        internal int Begun => Volatile.Read(ref _begun);

        internal int Ended => Volatile.Read(ref _ended);

        internal void Relay()
        {
            if (_state.TransitionToRelaying() == RelayChange.Begun)
            {
                Interlocked.Increment(ref _begun);
            }
        }

        internal void Dispose()
        {
            if (_state.TransitionToGone() == RelayChange.Ended)
            {
                Interlocked.Increment(ref _ended);
            }
        }
    }
}
