// The odds of a simulation, where one was given.
function oddsSection() { $("odds").hidden = true; }
