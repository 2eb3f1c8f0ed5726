namespace Kioto;

/// <summary>Outcome of a wheel's verdict on a timer.</summary>
internal enum TransitionToSettled
{
    /// <summary>The wheel has let go of it.</summary>
    Success,

    /// <summary>Its owner has changed it meanwhile: it must be judged again.</summary>
    Changed,
}
