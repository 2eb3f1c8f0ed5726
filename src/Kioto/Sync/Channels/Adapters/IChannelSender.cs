using System;

namespace Kioto.Sync;

/// <summary>What a .NET channel writer is made of.</summary>
/// <typeparam name="T">The type of the values.</typeparam>
internal interface IChannelSender<T>
{
    /// <summary>Whether the end has not been disposed, and somebody receives.</summary>
    bool IsOpen { get; }

    /// <summary>What a writer of the channel was completed with, or null.</summary>
    Exception? Failure { get; }

    /// <summary>Sends if there is room.</summary>
    /// <param name="value">The value.</param>
    /// <returns>False too when the end was disposed.</returns>
    bool TrySend(T value);

    /// <summary>Waits for room and leaves it: who comes first gets it.</summary>
    /// <returns>False when the channel is closed.</returns>
    Future<bool> RoomAsync();

    /// <summary>Sends, when there is room. Precondition: open.</summary>
    /// <param name="value">The value.</param>
    /// <returns>Sent, or Closed with the value.</returns>
    Future<SendResult<T>> SendAsync(T value);

    /// <summary>Disposes the end.</summary>
    /// <param name="error">What went wrong, or null.</param>
    /// <returns>False when it was disposed already.</returns>
    bool End(Exception? error);
}
