namespace Kioto;

/// <summary>What a waker does after setting the bit.</summary>
internal enum TransitionToNotified
{
    DoNothing,
    Submit,
}
