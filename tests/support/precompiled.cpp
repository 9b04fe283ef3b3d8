// Nothing but the precompiled header of Catch2, which every test executable uses again.
