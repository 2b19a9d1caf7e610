package dev.parley.speech;

import edu.cmu.sphinx.frontend.FloatData;
import edu.cmu.sphinx.linguist.acoustic.HMMPosition;
import edu.cmu.sphinx.linguist.acoustic.LeftRightContext;
import edu.cmu.sphinx.linguist.acoustic.Unit;
import edu.cmu.sphinx.linguist.acoustic.UnitManager;
import edu.cmu.sphinx.linguist.acoustic.tiedstate.Senone;
import edu.cmu.sphinx.linguist.acoustic.tiedstate.SenoneHMM;
import edu.cmu.sphinx.linguist.acoustic.tiedstate.Sphinx3Loader;
import edu.cmu.sphinx.linguist.acoustic.tiedstate.TiedStateAcousticModel;
import edu.cmu.sphinx.util.LogMath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/// The US English acoustic model of Sphinx-4: how each phone, between its neighbours, sounds at 16 kHz.
///
/// Loaded once per process and shared, because it takes a second and 100 MB. Scoring changes state inside Sphinx
/// (each senone remembers its last score, each codebook its best Gaussians), so whoever scores or looks up phones
/// holds the monitor of this object.
final class SphinxModel {
    static final int RATE = 16_000;
    static final String SILENCE = "SIL";
    /// Emitting states of a phone, left to right.
    static final int STATES = 3;

    private static final String LOCATION = "resource:/edu/cmu/sphinx/models/en-us/en-us";
    /// Sphinx logs its progress at INFO. Held here because loggers are collected when nobody holds them.
    private static final Logger CHATTER = Logger.getLogger("edu.cmu.sphinx");

    private final Sphinx3Loader loader;
    private final UnitManager units = new UnitManager();
    private final TiedStateAcousticModel model;
    private final Map<String, Unit> phones;
    private final Map<String, Phone> known = new HashMap<>();
    private final List<Senone> senones = new ArrayList<>();
    private final LogMath logMath = LogMath.getLogMath();
    private long frames;

    /// One phone between its neighbours: a left-to-right hidden Markov model.
    ///
    /// @param senones which distribution each state scores with
    /// @param stay natural logarithm of the probability to stay in each state, for one frame more
    /// @param leave the same, to go on to the next state or out of the last one
    record Phone(List<Integer> senones, List<Float> stay, List<Float> leave) {}

    private static final class Loaded {
        static final SphinxModel MODEL = new SphinxModel();
    }

    private SphinxModel() {
        if (CHATTER.getLevel() == null) {
            CHATTER.setLevel(Level.WARNING);
        }
        try {
            // Sphinx's own defaults: variance floor, mixture weight floor, best Gaussians per codebook.
            loader = new Sphinx3Loader(LOCATION, units, 0f, 1e-7f, 1e-4f, 4, true);
            model = new TiedStateAcousticModel(loader, units, true);
            model.allocate();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the acoustic model in sphinx4-data", e);
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("expected the acoustic model of sphinx4-data on the class path", e);
        }
        phones = loader.getContextIndependentUnits();
        for (int id = 0; id < loader.getSenonePool().size(); id++) {
            senones.add(loader.getSenonePool().get(id));
        }
    }

    static SphinxModel shared() {
        return Loaded.MODEL;
    }

    Sphinx3Loader loader() {
        return loader;
    }

    boolean hasPhone(String phone) {
        return phones.containsKey(phone) && !isFiller(phone);
    }

    /// The phones of speech, and silence.
    List<String> phones() {
        return phones.keySet().stream().filter(phone -> phone.equals(SILENCE) || !isFiller(phone)).toList();
    }

    private boolean isFiller(String phone) {
        return phone.startsWith("+") || phone.equals(SILENCE);
    }

    int senones() {
        return senones.size();
    }

    /// `phone` on its own, without regard to its neighbours.
    Phone phone(String phone) {
        return phone(unit(phone), HMMPosition.UNDEFINED);
    }

    /// `phone` between `left` and `right`.
    Phone phone(String phone, String left, String right, HMMPosition position) {
        return known.computeIfAbsent(phone + " " + left + " " + right + " " + position, _ -> {
            var context = LeftRightContext.get(new Unit[]{unit(left)}, new Unit[]{unit(right)});
            return phone(units.getUnit(phone, false, context), position);
        });
    }

    private Unit unit(String phone) {
        return units.getUnit(phone, isFiller(phone));
    }

    private Phone phone(Unit unit, HMMPosition position) {
        var hmm = (SenoneHMM) model.lookupNearestHMM(unit, position, false);
        List<Integer> ids = new ArrayList<>();
        List<Float> stay = new ArrayList<>();
        List<Float> leave = new ArrayList<>();
        for (int state = 0; state < STATES; state++) {
            ids.add((int) hmm.getSenoneSequence().getSenones()[state].getID());
            stay.add(logMath.logToLn(hmm.getTransitionProbability(state, state)));
            leave.add(logMath.logToLn(hmm.getTransitionProbability(state, state + 1)));
        }
        return new Phone(List.copyOf(ids), List.copyOf(stay), List.copyOf(leave));
    }

    /// `features` as a frame to score. Sphinx tells frames apart by the number of their first sample, across
    /// utterances too, so every frame gets a number of its own.
    FloatData frame(float[] features) {
        return new FloatData(features, RATE, frames++);
    }

    /// Natural logarithm of how well `frame` fits a senone.
    float score(int senone, FloatData frame) {
        return logMath.logToLn(senones.get(senone).getScore(frame));
    }
}
